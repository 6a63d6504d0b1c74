/** What holds a figure back where its target is missed; kept by hand, printed only then. */
export const NOTES = {
  'tasks-cold':
    'both run the same installs and compile the same sources, which is nearly all of it; saved are the image’s way into the engine’s store and a second build.',
  'tasks-changed':
    'two thirds of it are the same in both: fetching and unpacking the layers below the compiler, compiling, and the checks themselves (some 3, 2 and 1 s on a quiet machine). Saved are the second image’s pull, and unpacking what was built.',
  cold: 'the layers of `builder` are compressed and sent to the cache as well, which a plain `--push` leaves out; that is what the second agent lives on.',
  overhead:
    'Node.js starts (60 ms), git, the digests of base images and the cache refs are asked one after the other before buildx starts, and afterwards all that the build reads is read once more to prove its key.',
};
