/** What holds a figure back where its target is missed; kept by hand, printed only then. */
export const NOTES = {
  cold: 'the layers of `builder` are compressed and sent to the cache as well, which a plain `--push` leaves out; that is what the second agent lives on.',
  overhead:
    'Node.js starts (60 ms), git, the digests of base images and the cache refs are asked one after the other before buildx starts, and afterwards all that the build reads is read once more to prove its key.',
};
