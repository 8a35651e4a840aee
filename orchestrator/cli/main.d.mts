/** It is run, and gives nothing to others. */
export {};
