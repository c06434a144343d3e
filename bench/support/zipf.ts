// Zipf's law: a few are asked for often, and many seldom.

/**
 * Draws from 0 to `count` − 1, the first most often: the one of rank k with a weight of 1 ÷ k^`exponent`.
 *
 * @param random 0 to 1, exclusive
 */
export function zipf(count: number, random: () => number, exponent = 1): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += rank ** -exponent;
    sums[rank - 1] = sum;
  }
  return () => firstAbove(sums, random() * sum);
}

/** Index of the first of these ascending sums that is above `value`. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
