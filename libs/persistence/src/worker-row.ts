export interface WorkerRow {
  readonly worker: string;
  readonly version: string;
  readonly started_at: string;
  readonly beat_at: string;
}
