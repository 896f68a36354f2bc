/** The style of the page; colours have names, are different in dark mode, and are not printed. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --text: #1d2330; --dim: #5d6675; --grid: #d9dee6; --band: #eef1f5; --card: #f7f8fa;
  --blue: #1f6feb; --orange: #d9730d; --red: #d1242f; --teal: #0f8a80; --violet: #7d4fd1;
  --switch: #f0b429; --fault: #e5484d;
  --pass: #18794e; --fail: #c62a2f; --unknown: #a35200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --text: #e3e8ef; --dim: #98a2b3; --grid: #2c3442; --band: #1b212b; --card: #181e27;
    --blue: #6cb0ff; --orange: #f5a65b; --red: #ff7b7f; --teal: #4fd1c2; --violet: #b79cf5;
    --switch: #c4922a; --fault: #c9484d;
    --pass: #4cc38a; --fail: #ff8589; --unknown: #ffb366;
  }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --text: #000000; --dim: #444444; --grid: #cccccc; --band: #f0f0f0; --card: #ffffff;
    --blue: #1f6feb; --orange: #d9730d; --red: #d1242f; --teal: #0f8a80; --violet: #7d4fd1;
    --switch: #f0b429; --fault: #e5484d; --pass: #18794e; --fail: #c62a2f; --unknown: #a35200;
  }
  * { print-color-adjust: exact; }
  figure, tr, .card, li { break-inside: avoid; }
  h2 { break-after: avoid; }
  nav, .search { display: none; }
  details::details-content { content-visibility: visible; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem; max-width: 62rem; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1 { font-size: 1.35rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--grid); }
p { margin: .4rem 0; }
code, pre { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code, #faults pre { min-width: 30em; }
pre { margin: .3rem 0; padding: .5rem .7rem; background: var(--card); border: 1px solid var(--grid); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
nav { font-size: .85rem; margin: .8rem 0 0; }
nav a { color: var(--blue); margin-right: .9rem; white-space: nowrap; }
.dim, .unit { color: var(--dim); font-weight: normal; }
.verdict { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1rem; margin: 1rem 0 .4rem; padding: .9rem 1.1rem; border-radius: 8px; border: 1px solid var(--grid); border-left: 8px solid var(--grid); background: var(--card); }
.verdict strong { font-size: 1.7rem; letter-spacing: .02em; }
.verdict.go, .verdict.pass { border-left-color: var(--pass); } .verdict.no-go, .verdict.fail { border-left-color: var(--fail); } .verdict.unknown { border-left-color: var(--unknown); }
.pass, .go, .yes { color: var(--pass); } .fail, .no-go, .no, .blocker { color: var(--fail); } .unknown, .warning { color: var(--unknown); } .note { color: var(--dim); }
.verdict.go, .verdict.no-go, .verdict.unknown, .verdict.pass, .verdict.fail { color: inherit; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
th { color: var(--dim); font-weight: 600; font-size: .8rem; white-space: nowrap; }
td.right, th.right { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.time { width: 40%; min-width: 9rem; }
.bar { position: relative; height: .8rem; margin-top: .3rem; background: var(--band); border-radius: 2px; }
.bar i { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: 2px; background: var(--blue); }
.bar i.fail { background: var(--fail); } .bar i.unknown { background: var(--unknown); } .bar i.switch { background: var(--switch); }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; font-size: .92rem; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.nothing { color: var(--dim); font-size: .9rem; }
.key { font-weight: normal; font-size: .82rem; color: var(--dim); margin-left: .6rem; white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: .7rem; height: .2rem; margin-right: .3rem; vertical-align: middle; background: currentColor; }
.key.blue::before { background: var(--blue); } .key.orange::before { background: var(--orange); } .key.red::before { background: var(--red); }
.key.switch::before { height: .7rem; background: var(--switch); } .key.fault::before { height: .7rem; background: var(--fault); }
.key.teal::before { background: var(--teal); } .key.violet::before { background: var(--violet); }
.card { margin: .7rem 0; padding: .7rem .9rem; border: 1px solid var(--grid); border-radius: 8px; }
.card h3 { margin: 0; font-size: .98rem; }
details summary { cursor: pointer; color: var(--dim); }
ol.runbook { padding-left: 1.3rem; } ol.runbook li { margin: .8rem 0; }
.back { border-left: 3px solid var(--switch); }
ol.next { padding-left: 1.3rem; } ol.next li { margin: .45rem 0; } ol.next a { color: var(--blue); white-space: nowrap; }
th button { all: unset; cursor: pointer; } th button:hover { color: var(--text); text-decoration: underline; }
th button:focus-visible, .search input:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
th[aria-sort="ascending"] button::after { content: " ▲"; } th[aria-sort="descending"] button::after { content: " ▼"; }
.search { margin: .3rem 0; } .search input { font: inherit; font-size: .9rem; padding: .25rem .5rem; width: 16rem; max-width: 100%; color: var(--text); background: var(--card); border: 1px solid var(--grid); border-radius: 6px; }
#thresholds h2, #next h2 { margin-top: 1.2rem; padding-top: 0; border-top: 0; }
@media (max-width: 640px) {
  body { padding: .8rem; font-size: 14px; }
  .wide { display: none; } .narrow { display: block; }
  td.time, th.time { display: none; }
  .verdict strong { font-size: 1.4rem; }
}
`;
