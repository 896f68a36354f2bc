/** What `--help` and the bundle itself say about what is in it, and what is not. */
export const BUNDLE_CONTENTS = `
In the bundle:
  verdict.json   rebuilt: the verdict, every figure, limits, steps, versions as numbers, rows and bytes
                 of each table, cutovers, counts of operations and of errors by class, invariants with their counts.
                 In reasons, findings and what preflight saw, only this program's own words stay, and names of tables,
                 keyspaces and workflows; every other word and every number in them becomes …
  steps.log      when each step began and ended, in the same words; commands for vtctld with the names of their options,
                 without their values
  history.json   how many lines of each kind history.jsonl has; the tables with the names of their key columns
  contents.txt   this list

Not in the bundle: rows and keys, values of statements, statements and their names, messages of servers and of errors,
hosts, ports, accounts and passwords, paths, the config, the command that was typed, the estimate. So nothing is taken
from these files: final-state.jsonl, findings.jsonl, junit.xml, report.html, jepsen/, logs/, and whatever else is in the
folder. A run keeps no CREATE TABLE: attach the schema yourself if others may see it.

With --anonymous, names of the subject, tables, columns, keyspaces and workflows are numbered, such as table-1.
Unpack it and have a look before you send it.
`;
