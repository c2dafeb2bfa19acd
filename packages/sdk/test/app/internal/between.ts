/** Something between a program and the fake of Globus: what becomes of requests on their way, and of their answers. */
import { Transport } from "@effect-globus/sdk/service"
import { Deferred, Effect, Layer } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, type HttpClientResponse } from "effect/http"

type Answer = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

/** What becomes of a request, given how it would be answered. */
export type Between = (request: HttpClientRequest.HttpClientRequest, answer: Answer) => Answer

/** The transport at hand with something in between. */
export const layer = (between: Between): Layer.Layer<Transport, never, Transport> =>
  Layer.effect(
    Transport,
    Effect.map(Transport, (transport) => ({
      ...transport,
      httpClient: HttpClient.transform(transport.httpClient, (answer, request) => between(request, answer))
    }))
  )

const failed =
  (code: string): Between =>
  (request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({
          request,
          cause: Object.assign(new Error("it failed"), { code })
        })
      })
    )

/** A connection that broke after the request was sent. */
export const broken = failed("ECONNRESET")

/** A host whose certificate is not good: nothing was sent, and trying again is in vain. */
export const distrusted = failed("CERT_HAS_EXPIRED")

/** Whether a request is for a token of this kind. */
export const isGrant = (request: HttpClientRequest.HttpClientRequest, grantType: string): boolean =>
  request.body._tag === "Uint8Array" &&
  new URLSearchParams(new TextDecoder().decode(request.body.body)).get("grant_type") === grantType

/** Keeps answers that Globus has given already from the program until the gate opens. */
export const heldBack =
  (
    gate: Deferred.Deferred<void>,
    isHeld: (request: HttpClientRequest.HttpClientRequest) => boolean
  ): Between =>
  (request, answer) =>
    isHeld(request) ? Effect.tap(answer, () => Deferred.await(gate)) : answer
