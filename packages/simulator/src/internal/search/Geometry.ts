/** Places and shapes on earth, taken for a plane: of longitude and latitude, in degrees. */

/** Longitude and latitude. */
export type Point = readonly [lon: number, lat: number]

/** A line from point to point; a ring if it ends where it begins. */
type Line = ReadonlyArray<Point>

/** A shape: its lines, and whether what they enclose belongs to it. A point is a line of one. */
export interface Shape {
  readonly lines: ReadonlyArray<Line>
  readonly isArea: boolean
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const isPoint = (value: unknown): value is Point =>
  Array.isArray(value) && value.length >= 2 && value.slice(0, 2).every((number) => typeof number === "number")

/** A place as entries have it: with `lat` and `lon`, as a list of longitude and latitude, or as text of both. */
export const pointOf = (value: unknown): Point | undefined => {
  if (isPoint(value)) return [value[0], value[1]]
  if (typeof value === "string") {
    const [lat, lon] = value.split(",").map(Number)
    return lat === undefined || lon === undefined || Number.isNaN(lat + lon) ? undefined : [lon, lat]
  }
  if (typeof value !== "object" || value === null || !("lat" in value) || !("lon" in value)) return undefined
  const { lat, lon } = value
  return typeof lat === "number" && typeof lon === "number" ? [lon, lat] : undefined
}

const linesIn = (coordinates: unknown): ReadonlyArray<Line> => {
  if (isPoint(coordinates)) return [[coordinates]]
  if (!Array.isArray(coordinates)) return []
  return coordinates.every(isPoint) ? [coordinates] : coordinates.flatMap(linesIn)
}

/** A shape as GeoJSON has it (RFC 7946 §3.1), or a place. */
export const shapeOf = (value: unknown): Shape | undefined => {
  const point = pointOf(value)
  if (point !== undefined) return { lines: [[point]], isArea: false }
  if (typeof value !== "object" || value === null || !("type" in value) || !("coordinates" in value)) {
    return undefined
  }
  const isMultiPoint = value.type === "MultiPoint"
  const lines = linesIn(value.coordinates)
  return lines.length === 0
    ? undefined
    : {
        lines: isMultiPoint ? lines.flat().map((point) => [point]) : lines,
        isArea: value.type === "Polygon" || value.type === "MultiPolygon"
      }
}

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

type Edge = readonly [Point, Point]

const edgesOf = ({ lines }: Shape): ReadonlyArray<Edge> =>
  lines.flatMap((line) => line.slice(1).map((to, index): Edge => [line[index] as Point, to]))

/** Whether a point lies in what the lines of a shape enclose; holes, being enclosed twice, do not belong to it. */
const encloses = (shape: Shape, [lon, lat]: Point): boolean => {
  if (!shape.isArea) return false
  let inside = false
  for (const [[lon1, lat1], [lon2, lat2]] of edgesOf(shape)) {
    if (lat1 > lat !== lat2 > lat && lon < lon1 + ((lat - lat1) / (lat2 - lat1)) * (lon2 - lon1)) {
      inside = !inside
    }
  }
  return inside
}

/** On which side of a line a point lies. */
const side = ([[lon1, lat1], [lon2, lat2]]: Edge, [lon, lat]: Point): number =>
  Math.sign((lon2 - lon1) * (lat - lat1) - (lat2 - lat1) * (lon - lon1))

const cross = (a: Edge, b: Edge): boolean =>
  side(a, b[0]) * side(a, b[1]) < 0 && side(b, a[0]) * side(b, a[1]) < 0

const meet = (a: Shape, b: Shape): boolean => {
  const edges = edgesOf(b)
  return edgesOf(a).some((edge) => edges.some((other) => cross(edge, other)))
}

/** Whether shapes have something in common. */
export const intersect = (a: Shape, b: Shape): boolean =>
  b.lines.flat().some((point) => encloses(a, point)) ||
  a.lines.flat().some((point) => encloses(b, point)) ||
  meet(a, b)

/** Whether a shape lies wholly in another. */
export const isInside = (shape: Shape, other: Shape): boolean =>
  shape.lines.flat().every((point) => encloses(other, point)) && !meet(shape, other)
