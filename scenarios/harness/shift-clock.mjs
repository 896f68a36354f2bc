// For `node --import`: this process' wall clock is set forward by a minute, back by two, and forward again, from two
// seconds to the next. Only Date is moved, for JavaScript's own code and for packages alike; timers and performance.now
// are monotonic, as the kernel's are when somebody sets the clock. See stopped-runner.ts.
const MINUTE_MS = 60_000;
const EVERY_MS = 2_000;
const RealDate = globalThis.Date;

function shiftMs() {
  return [0, MINUTE_MS, -MINUTE_MS][Math.floor(performance.now() / EVERY_MS) % 3];
}

globalThis.Date = new Proxy(RealDate, {
  construct(target, args, newTarget) {
    return Reflect.construct(target, args.length === 0 ? [RealDate.now() + shiftMs()] : args, newTarget);
  },
  get(target, name) {
    return name === 'now' ? () => RealDate.now() + shiftMs() : Reflect.get(target, name);
  },
  apply() {
    return new globalThis.Date().toString();
  },
});
