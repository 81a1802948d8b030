import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import {
  channelsAsked,
  checkSpec,
  type FeatureSpec,
  featureCount,
  featuresText,
  parseFeatures,
} from '../../src/features/index.js';

const MNIST = { width: 28, height: 28 };

describe('names of feature maps', () => {
  it('none is no map', () => {
    expect(parseFeatures('none', undefined)).toBeUndefined();
    expect(parseFeatures('none', MNIST)).toBeUndefined();
  });

  it('fills in defaults and reads its own text back', () => {
    for (const text of [
      'hog',
      'hog, cell = 2',
      'deskew,root=1',
      'auto',
      'hog,mean=0,deskew=0,zoom=2',
      'hog,ends=16',
    ]) {
      const spec = parseFeatures(text, MNIST) as FeatureSpec;
      expect(parseFeatures(featuresText(spec), MNIST)).toEqual(spec);
      expect(checkSpec({ ...spec }, MNIST)).toEqual(spec);
    }
    expect(featuresText(parseFeatures('hog', MNIST) as FeatureSpec)).toBe(
      'hog,cell=4,bins=12,zoom=1,deskew=1,mean=100',
    );
  });

  it('says what came later where it is not 0, and models that do not say it have 0', () => {
    const spec = parseFeatures('hog,ends=16', MNIST) as FeatureSpec;
    expect(featuresText(spec)).toBe('hog,cell=4,bins=12,zoom=1,deskew=1,mean=100,ends=16');
    const { ends: _, ...older } = parseFeatures('deskew', MNIST) as FeatureSpec;
    expect(checkSpec(older, MNIST)).toEqual({ ...older, ends: 0 });
  });

  it.each([
    [8, 8, 3, 4],
    [10, 12, 2, 4],
    [16, 30, 2, 5],
    [28, 28, 1, 4],
    [32, 32, 1, 5],
    [20, 100, 1, 4],
    [224, 224, 1, 32],
    [4096, 600, 1, 64],
  ])('auto suits %i x %i', (width, height, zoom, cell) => {
    const spec = parseFeatures('auto', { width, height }) as FeatureSpec;
    expect(spec).toMatchObject({ name: 'hog', zoom, cell });
    expect(featureCount(spec, { width, height })).toBeGreaterThan(0);
  });

  it.each([
    [20_000, 4, 12, 19_440],
    [19_439, 4, 10, 16_200],
    [16_199, 5, 12, 8_640],
    [8_000, 5, 10, 7_200],
    [5_000, 7, 12, 4_860],
    [2_000, 9, 10, 1_800],
    [540, 14, 12, 540],
  ])('auto with at most %i bytes has cells of %i and %i bins', (most, cell, bins, bytes) => {
    const bytesOf = (features: number): number => 45 * Math.ceil(features / 4);
    const spec = parseFeatures(`auto,bytes=${most}`, MNIST, bytesOf) as FeatureSpec;
    expect(spec).toMatchObject({ name: 'hog', zoom: 1, cell, bins });
    expect(bytesOf(featureCount(spec, MNIST))).toBe(bytes);
  });

  it('has three channels where it is asked to, and says so', () => {
    for (const text of ['hog,channels=3', 'deskew, channels = 3', 'auto,channels=3']) {
      const spec = parseFeatures(text, MNIST) as FeatureSpec;
      expect(spec.channels).toBe(3);
      expect(featuresText(spec)).toMatch(/,channels=3$/);
      expect(parseFeatures(featuresText(spec), MNIST)).toEqual(spec);
      expect(checkSpec({ ...spec }, MNIST)).toEqual(spec);
      expect(channelsAsked(text)).toBe(3);
      const grey = { ...spec, channels: 1 };
      expect(featureCount(spec, MNIST)).toBe(3 * featureCount(grey, MNIST));
      expect(featuresText(grey)).not.toContain('channels');
      expect(() => checkSpec({ ...spec, channels: 2 }, MNIST)).toThrow('channels: expected 1 or 3, got 2');
    }
    for (const text of [undefined, 'hog', 'hog,channels=1', 'none', 'hog,xchannels=3']) {
      expect(channelsAsked(text)).toBe(1);
    }
    const bytesOf = (features: number): number => features;
    expect(parseFeatures('auto,bytes=5000,channels=3', MNIST, bytesOf)).toMatchObject({ cell: 4, bins: 10 });
    expect(() => parseFeatures('hog,channels=2', MNIST)).toThrow(
      'features: channels must be 1 or 3, got "2"',
    );
  });

  it('auto says what is least, and what its option is', () => {
    const bytesOf = (features: number): number => features;
    expect(() => parseFeatures('auto,bytes=39', MNIST, bytesOf)).toThrow(
      'features: auto makes networks of 40 bytes in all at least, more than bytes=39',
    );
    expect(() => parseFeatures('auto,cell=4', MNIST, bytesOf)).toThrow(
      /auto has the options bytes=N and channels=3/,
    );
    expect(() => parseFeatures('auto,bytes=2000,bins=4', MNIST, bytesOf)).toThrow(/got "bytes=2000,bins=4"/);
    expect(() => parseFeatures('auto,bytes=2k', MNIST, bytesOf)).toThrow(InputError);
    expect(() => parseFeatures('auto,bytes=2000', MNIST)).toThrow(/auto has no options/);
  });

  it('counts features', () => {
    expect(featureCount(parseFeatures('hog', MNIST) as FeatureSpec, MNIST)).toBe(1728);
    expect(featureCount(parseFeatures('deskew', MNIST) as FeatureSpec, MNIST)).toBe(784);
    const odd = { width: 9, height: 14 };
    expect(featureCount(parseFeatures('hog,bins=5', odd) as FeatureSpec, odd)).toBe(1 * 2 * 20);
  });

  it.each([
    ['sift', MNIST, /expected none, deskew, hog or auto, got "sift"/],
    ['', MNIST, /got ""/],
    ['hog,cell', MNIST, /"cell" is no option of hog/],
    ['hog,cel=4', MNIST, /did you mean "cell=N"/],
    ['hog,cell=4=5', MNIST, /no option/],
    ['hog,cell=1', MNIST, /cell must be a whole number in 2\.\.64, got "1"/],
    ['hog,bins=4.5', MNIST, /bins must be a whole number/],
    ['hog,bins=', MNIST, /bins must be a whole number/],
    ['hog,cell=4,cell=5', MNIST, /cell is given twice/],
    ['hog,cell=20', MNIST, /cell=20 is too large for images of 28 x 28/],
    ['hog,cell=2,bins=36,zoom=8', MNIST, /makes \d+ features/],
    ['auto,cell=3', MNIST, /auto has no options/],
    ['none,cell=3', MNIST, /none has no options/],
    ['deskew,cell=3', MNIST, /no option of deskew/],
    ['hog', undefined, /needs images/],
    ['auto', { width: 7, height: 28 }, /sides of 8\.\.4096 pixels, these have 7 x 28/],
    ['deskew', { width: 8, height: 5000 }, /8 x 5000/],
    ['hog,__proto__=3', MNIST, /no option of hog/],
    ['constructor', MNIST, /expected none/],
  ])('refuses %s', (text, image, message) => {
    expect(() => parseFeatures(text, image)).toThrow(InputError);
    expect(() => parseFeatures(text, image)).toThrow(message);
  });

  it.each([
    [{ name: 'lbp' }, /name: expected/],
    [{ name: 'hog', cell: 4, bins: 12, zoom: 1, deskew: true }, /mean: expected/],
    [{ name: 'hog', cell: '4', bins: 12, zoom: 1, deskew: true, mean: 100 }, /cell: expected/],
    [{ name: 'deskew', root: 2, mean: 0 }, /root: expected/],
    [{ name: 'hog', cell: 17, bins: 12, zoom: 1, deskew: true, mean: 100 }, /too large/],
  ])('refuses the fields %j', (fields, message) => {
    expect(() => checkSpec(fields, MNIST)).toThrow(message);
  });
});
