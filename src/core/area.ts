/** Starts of the groups below the province: village, town, county, city (GB/T 2260, GB/T 10114), smallest area first. */
const groupStarts = [9, 6, 4, 2] as const;

/** A division code without its trailing all-zero groups: `510824000000` names the county `510824`. */
export const areaPrefix = (code: string): string => {
  let end = code.length;
  for (const start of groupStarts) {
    if (/[^0]/.test(code.slice(start, end))) break;
    end = start;
  }
  return code.slice(0, end);
};
