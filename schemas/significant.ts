/** A figure as people read it: up to four significant digits, without zeros at its end. */
export const significant = (value: number): string => String(Number(value.toPrecision(4)));
