/** One file of a downloadable data set. */
export interface CatalogueFile {
  /** Name without `.gz`. */
  readonly name: string;
  /** Size and SHA-256 of the unpacked content: mirrors wrap the same content in different gzip files. */
  readonly bytes: number;
  readonly sha256: string;
}

export interface CatalogueEntry {
  readonly name: string;
  readonly files: readonly CatalogueFile[];
  /** Addresses under which the files are found as `<mirror>/<name>.gz`, best first. */
  readonly mirrors: readonly string[];
}

export type DatasetName = 'mnist' | 'fashion-mnist';

/** The four files every image data set of this kind has. */
export const IDX_NAMES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

const { trainImages, trainLabels, testImages, testLabels } = IDX_NAMES;

/** Data sets that `fewbit fetch` can get. The transport need not be trusted: every content is checked by its hash. */
export const CATALOGUE: Readonly<Record<DatasetName, CatalogueEntry>> = {
  mnist: {
    name: 'mnist',
    mirrors: [
      'https://storage.googleapis.com/cvdf-datasets/mnist',
      'https://ossci-datasets.s3.amazonaws.com/mnist',
    ],
    files: [
      file(trainImages, 47040016, 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db'),
      file(trainLabels, 60008, '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5'),
      file(testImages, 7840016, '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7'),
      file(testLabels, 10008, 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'),
    ],
  },
  'fashion-mnist': {
    name: 'fashion-mnist',
    mirrors: [
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
    ],
    files: [
      file(trainImages, 47040016, 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888'),
      file(trainLabels, 60008, 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9'),
      file(testImages, 7840016, '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b'),
      file(testLabels, 10008, '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34'),
    ],
  },
};

export function isDatasetName(name: string): name is DatasetName {
  return Object.hasOwn(CATALOGUE, name);
}

function file(name: string, bytes: number, sha256: string): CatalogueFile {
  return { name, bytes, sha256 };
}
