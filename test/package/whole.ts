/** Whether each combination is tested (`PACKAGE=all`), or those that differ most. */
export const isWhole = process.env["PACKAGE"] === "all";
