/** Where bad input stood: a file with line and column (both from 1), or a field path such as `body.alert.zones[2]`. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly field?: string;
}
