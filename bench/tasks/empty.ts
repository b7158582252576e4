/** An empty process, to hold the import against. */
export {};
