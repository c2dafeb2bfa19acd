/** How long a bundled program takes from its start to its end. */
export const startUp = 0
