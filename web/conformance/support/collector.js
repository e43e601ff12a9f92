const PATIENCE_MS = 5_000;

/** A callback that keeps what it is given, and a way to wait for a number of things. */
export function collector() {
  const kept = [];
  let wake = () => {};
  const collect = (value) => {
    kept.push(value);
    wake();
  };
  collect.kept = kept;
  collect.first = async (count) => {
    const deadline = Date.now() + PATIENCE_MS;
    while (kept.length < count) {
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new Error(`only ${kept.length} of ${count} came`);
      }
      await new Promise((resolve) => {
        const late = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return kept.slice(0, count);
  };
  return collect;
}
