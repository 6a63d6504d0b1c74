/** What holds a figure back where its target is missed; kept by hand, printed only then. */
export const NOTES = {};
