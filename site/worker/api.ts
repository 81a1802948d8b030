import type { ColumnSummary } from '../../src/data/encoding-fit.js';
import type { ExplainedPair } from '../../src/ensemble/predict/explain.js';
import type { Stroke } from '../../src/features/index.js';
import type { StageName, StageResult } from '../../src/stages/types.js';
import type { Point } from '../state/plane-data.js';

/** A picture that somebody drew: grey values, 0 paper .. 255 ink. */
export interface Drawing {
  readonly label: string;
  readonly pixels: Uint8Array;
  /** Not trained on: it is judged. */
  readonly held: boolean;
}

export interface DigitsRequest {
  readonly kind: 'digits';
  readonly classes: readonly string[];
  /** Built-in examples of each class. */
  readonly shots: number;
  readonly drawings: readonly Drawing[];
}

export interface TableRequest {
  readonly kind: 'table';
  readonly name: string;
  readonly text: string;
  /** Absent: a column called `label`, else the last one. */
  readonly label?: string;
  readonly drop: readonly string[];
  /** Share of the rows that are held back, 0..1. */
  readonly held: number;
  readonly seed: number;
}

export interface PlaneRequest {
  readonly kind: 'plane';
  readonly points: readonly Point[];
}

export type DataRequest = DigitsRequest | TableRequest | PlaneRequest;

/** What the page shows of the data. */
export interface DataShown {
  readonly classes: readonly string[];
  /** Training rows of each class. */
  readonly counts: readonly number[];
  readonly heldBack: number;
  /** Digits: pictures to look at, with their labels; training ones first, of each class in turn. */
  readonly pictures?: {
    readonly values: Uint8Array;
    readonly labels: readonly string[];
    readonly side: number;
  };
  /** Digits: pictures that are never trained on, to try. */
  readonly unseen?: { readonly values: Uint8Array; readonly labels: readonly string[] };
  readonly table?: TableView;
}

export interface TableView {
  readonly label: string;
  /** Every column of the file, whether used or not. */
  readonly names: readonly string[];
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** Columns of texts, with their levels; `null` for numbers. By name. */
  readonly levels: Readonly<Record<string, readonly string[] | null>>;
  /** Some held-back rows: what the fields are, and the label. */
  readonly samples: readonly { readonly fields: readonly string[]; readonly label: string }[];
  readonly used: readonly string[];
}

/** Columns of a table, and the one that would be its label if nobody chose. */
export interface TableHeader {
  readonly names: readonly string[];
  readonly label: string;
}

export interface TrainRequest {
  readonly objective: 'bemi' | 'robust';
  readonly hidden: readonly number[];
  readonly weightBound: number;
  /** `null`: the default of the objective. */
  readonly radius: number | null;
  /** Robust, digits: moved copies of each example. */
  readonly copies: number;
  readonly features: string;
  /** Work units a pair; `null`: the engine's own plan. */
  readonly work: number | null;
  readonly seed: number;
  readonly maxNonzero?: number;
}

export type BrainEvent =
  | {
      readonly type: 'start';
      readonly pairs: number;
      readonly classes: readonly string[];
      readonly look: Pick<ModelView, 'image' | 'strokes'>;
    }
  | { readonly type: 'pair-start'; readonly pair: number }
  | { readonly type: 'pair-progress'; readonly pair: number; readonly point: BoundPoint }
  | { readonly type: 'pair-done'; readonly pair: number; readonly view: PairView; readonly done: number };

/** What a stage had come to at a time. */
export interface BoundPoint {
  readonly stage: StageName;
  readonly seconds: number;
  readonly objective: number | null;
  readonly bound: number | null;
}

/** A trained pair as the page draws it. */
export interface PairView {
  readonly index: number;
  readonly classes: readonly [string, string];
  readonly stages: readonly (Pick<
    StageResult,
    'stage' | 'status' | 'stopReason' | 'objective' | 'bound' | 'gap'
  > & {
    readonly seconds?: number;
  })[];
  readonly nonzero: number;
  readonly links: number;
  /** First layer, a neuron each; `null`: no network. */
  readonly weights: readonly Int8Array[] | null;
  /** The layers above, in rows. */
  readonly upper: readonly (readonly (readonly number[])[])[];
  readonly biases: readonly number[];
}

/** What there is to say of a model as a whole. */
export interface ModelView {
  readonly classes: readonly string[];
  readonly layers: readonly number[];
  readonly weightBound: number;
  readonly image?: { readonly width: number; readonly height: number };
  /** What networks read of an image, where it is not its pixels: strokes, and the side of their cells. */
  readonly strokes?: { readonly list: readonly Stroke[]; readonly cell: number };
  readonly features?: string;
  /** Names of what networks read, of a table. */
  readonly inputNames?: readonly string[];
  readonly columns?: readonly string[];
  /** What a row of a table consists of; texts with their levels. */
  readonly fields?: readonly { readonly name: string; readonly levels: readonly string[] | null }[];
  readonly pairs: readonly PairView[];
  readonly nonzero: number;
  readonly links: number;
  readonly bytes: number;
  /** Score cards, of a table. */
  readonly cards?: readonly ExplainedPair[];
  /** The command that makes the same model; absent where its data are the page's own. */
  readonly command?: string;
  readonly fingerprint: string;
}

export interface RunView {
  readonly model: ModelView;
  readonly seconds: number;
  readonly trainAccuracy: number;
  /** `null`: nothing is held back. */
  readonly held: Judgement | null;
  readonly interrupted: boolean;
}

export interface Judgement {
  readonly accuracy: number;
  readonly images: number;
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly string[];
}

/** What the networks say of a sample. */
export interface AnswerView {
  readonly label: string | null;
  readonly votes: readonly number[];
  /** Of every pair: 1 its first class, -1 its second, 0 not trained yet. */
  readonly decisions: Int8Array;
}

/** Why a network answered what it did: what each input gave toward the first class (positive) or the second. */
export interface WhyView {
  readonly pair: number;
  readonly answer: number;
  readonly contributions: Float64Array;
  /** What speaks for the first class (or, negative, the second) before anything is read. */
  readonly bias: number;
}

export interface CertificateView {
  readonly label: string | null;
  /** The largest radius at which the label provably stays; `null`: no label. */
  readonly proved: number | null;
  /** The smallest change that was found to change it. */
  readonly attack: {
    readonly radius: number;
    readonly input: Int32Array;
    readonly label: string | null;
  } | null;
  /** The sample in the units of the radius. */
  readonly input: Int32Array;
}

export type ExportKind = 'c' | 'onnx' | 'js' | 'json';

/** What is handed over: to the page it is a handle, whatever its size. */
export interface FileHandle {
  readonly name: string;
  readonly blob: Blob;
}

export interface Region {
  readonly side: number;
  /** Place of the class of each point of a grid, 255 for no label; row by row from the top. */
  readonly labels: Uint8Array;
}

/** What the page may ask the brain for. All of it is answered in order. */
export interface BrainApi {
  setData(request: DataRequest): DataShown;
  tableHeader(text: string, name: string): TableHeader;
  train(request: TrainRequest): Promise<RunView>;
  /** Holds every solver where it is, or lets it go on. */
  pause(on: boolean): void;
  /** Ends the training with the best so far. */
  finish(): void;
  model(): Promise<ModelView | null>;
  /** `null`: there is no network yet. */
  answer(sample: readonly (number | string)[]): Promise<AnswerView | null>;
  why(sample: readonly (number | string)[], pair: number): Promise<WhyView | null>;
  certify(sample: readonly number[]): Promise<CertificateView | null>;
  /** What the networks say of an input in the units of a certificate. */
  answerInput(input: Int32Array): Promise<AnswerView | null>;
  regions(side: number): Promise<Region | null>;
  judge(): Judgement | null;
  save(): FileHandle;
  load(text: string, name: string): ModelView;
  convert(kind: ExportKind, name: string): FileHandle;
}
