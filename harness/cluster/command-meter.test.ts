import { expect, test } from '@jest/globals';
import { CommandMeter } from './command-meter.ts';

/** A server whose clock advances by what the test says, and which answers when it is told to. */
class FakeServer {
  used = 0;
  readonly meter = new CommandMeter({ seconds: async () => this.used });

  begin(measure: 'measured' | 'beside'): { readonly end: (uses: number) => Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const call = this.meter[measure](async () => await promise);
    return {
      end: async (uses) => {
        this.used += uses;
        resolve();
        await call;
      },
    };
  }
}

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

test('commands are measured, and questions are not', async () => {
  const server = new FakeServer();
  await server.begin('beside').end(5);
  await server.begin('measured').end(2);
  await server.begin('beside').end(7);
  await server.begin('measured').end(3);
  expect(server.meter.seconds).toBe(5);
});

test('commands at the same time are measured as one', async () => {
  const server = new FakeServer();
  const first = server.begin('measured');
  await settled();
  const second = server.begin('measured');
  await settled();
  await first.end(2);
  await second.end(4);
  expect(server.meter.seconds).toBe(6);
});

test('a command during which something is asked, before which something was asked, or of which the clock knows nothing, is not measured', async () => {
  const server = new FakeServer();
  const command = server.begin('measured');
  await settled();
  await server.begin('beside').end(1);
  await command.end(2);
  const question = server.begin('beside');
  await server.begin('measured').end(2);
  await question.end(1);
  expect(server.meter.seconds).toBe(0);

  const blind = new CommandMeter({ seconds: async () => null });
  await blind.measured(async () => undefined);
  expect(blind.seconds).toBe(0);
});

test('the error of a command is the caller’s, and its time counts', async () => {
  const server = new FakeServer();
  const refused = server.meter.measured(async () => {
    server.used += 3;
    throw new Error('refused');
  });
  await expect(refused).rejects.toThrow('refused');
  expect(server.meter.seconds).toBe(3);
});
