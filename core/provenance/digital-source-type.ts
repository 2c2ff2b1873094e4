/** "Created by a model trained on pictures", in IPTC's words: https://cv.iptc.org/newscodes/digitalsourcetype/ */
export const TRAINED_ALGORITHMIC_MEDIA = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
