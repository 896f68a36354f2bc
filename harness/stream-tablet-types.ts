/** The types of tablets from which a stream can read. */
export const STREAM_TABLET_TYPES = ['primary', 'replica', 'rdonly'] as const;

export type StreamTabletType = (typeof STREAM_TABLET_TYPES)[number];
