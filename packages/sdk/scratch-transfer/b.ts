import { AuthorizationRequired } from "../src/model/UnmetRequirement.ts"
const a = new AuthorizationRequired({ service: "transfer", operation: "x", code: "c", parameters: { required_scopes: ["a"] }, requestId: "r" })
console.log(Object.keys(a))
const b = new AuthorizationRequired({ ...a, parameters: { required_scopes: ["b"] } })
console.log(JSON.stringify(b), b.message)
