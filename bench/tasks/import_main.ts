/** A process that imports the main entry and nothing else. */
import "../../mod.ts";
