/** How this SDK names itself to Globus. */
export const sdkName = "effect-globus"

/** The version of this package; a test keeps it in step with the manifest. */
export const sdkVersion = "0.1.0"
