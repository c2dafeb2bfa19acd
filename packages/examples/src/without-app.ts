import { Authorizer } from "@effect-globus/sdk"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { Layer, type Redacted } from "effect"

/** For a web server that has the token of whoever sent the request. */
export const transferFor = (accessToken: Redacted.Redacted<string>) =>
  TransferClient.layer.pipe(Layer.provide(Authorizer.layerAccessToken(accessToken)))
