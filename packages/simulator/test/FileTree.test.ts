import { describe, expect, it } from "@effect/vitest"
import { Option, Result, Schema } from "effect"
import * as FileTree from "../src/internal/FileTree.ts"

const defaults = { modified: 1000, user: "u", group: "g" }

const tree = FileTree.fromFiles({ "a.txt": "hello", data: { "b.bin": 7, deep: { "c.bin": 9 } } }, defaults)

const names = (directory: FileTree.Directory) =>
  Array.from(FileTree.walk(directory), ([path]) => FileTree.formatPath(path))

const sizeAt = (directory: FileTree.Directory, path: FileTree.Path) =>
  Option.map(FileTree.get(directory, path), (node) => (node._tag === "File" ? node.size : "directory"))

describe("paths", () => {
  const at = (text: string) => FileTree.formatPath(FileTree.parsePath(text, ["home", "ada"]))

  it("are absolute, or below the home directory", () => {
    expect(at("/data")).toBe("/data")
    expect(at("/~/x")).toBe("/home/ada/x")
    expect(at("~/x")).toBe("/home/ada/x")
    expect(at("~")).toBe("/home/ada")
    expect(at("/~")).toBe("/home/ada")
    expect(at("x/y/")).toBe("/home/ada/x/y")
    expect(at("~x")).toBe("/home/ada/~x")
  })

  it("lose what means nothing, and never lead above the root", () => {
    expect(at("/a//b/./c/../d/")).toBe("/a/b/d")
    expect(at("/../../etc")).toBe("/etc")
    expect(at("/")).toBe("/")
  })
})

describe("a file tree", () => {
  it("has what was described, in the order of names", () => {
    expect(names(tree)).toEqual(["/a.txt", "/data", "/data/b.bin", "/data/deep", "/data/deep/c.bin"])
    expect(sizeAt(tree, ["a.txt"])).toEqual(Option.some(5))
    expect(sizeAt(tree, ["data", "deep", "c.bin"])).toEqual(Option.some(9))
    expect(sizeAt(tree, ["a.txt", "x"])).toEqual(Option.none())
  })

  it("is the same again after it was written down", () => {
    expect(
      FileTree.toFiles(FileTree.fromFiles(FileTree.toFiles(tree), { ...defaults, modified: 5 }))
    ).toEqual(FileTree.toFiles(tree))
  })

  it("takes a new file, makes the directories that lead there, and leaves the old tree as it was", () => {
    const changed = Result.getOrThrow(
      FileTree.put(tree, ["new", "x", "y.bin"], FileTree.file(defaults, { size: 3 }), defaults)
    )
    expect(sizeAt(changed, ["new", "x", "y.bin"])).toEqual(Option.some(3))
    expect(sizeAt(tree, ["new"])).toEqual(Option.none())
  })

  it("does not put a file below a file", () => {
    expect(FileTree.put(tree, ["a.txt", "x"], FileTree.file(defaults, { size: 3 }), defaults)).toEqual(
      Result.fail("NotADirectory")
    )
    expect(FileTree.put(tree, [], FileTree.file(defaults, { size: 3 }), defaults)).toEqual(
      Result.fail("Exists")
    )
  })

  it("makes a directory only where none is and its parent exists", () => {
    expect(FileTree.makeDirectory(tree, ["data"], defaults)).toEqual(Result.fail("Exists"))
    expect(FileTree.makeDirectory(tree, [], defaults)).toEqual(Result.fail("Exists"))
    expect(FileTree.makeDirectory(tree, ["no", "where"], defaults)).toEqual(Result.fail("NotFound"))
    expect(FileTree.makeDirectory(tree, ["a.txt", "x"], defaults)).toEqual(Result.fail("NotADirectory"))
    expect(names(Result.getOrThrow(FileTree.makeDirectory(tree, ["data", "z"], defaults)))).toContain(
      "/data/z"
    )
  })

  it("makes sure that a directory is there, with those that lead to it", () => {
    const ensured = Result.getOrThrow(FileTree.ensureDirectory(tree, ["x", "y"], defaults))
    expect(names(ensured)).toEqual([...names(tree), "/x", "/x/y"])
    expect(Result.getOrThrow(FileTree.ensureDirectory(ensured, ["x"], defaults))).toBe(ensured)
    expect(FileTree.ensureDirectory(tree, ["a.txt", "x"], defaults)).toEqual(Result.fail("NotADirectory"))
  })

  it("loses what is removed, with everything below it", () => {
    expect(names(Result.getOrThrow(FileTree.remove(tree, ["data"])))).toEqual(["/a.txt"])
    expect(names(Result.getOrThrow(FileTree.remove(tree, [])))).toEqual([])
    expect(FileTree.remove(tree, ["data", "nothing"])).toEqual(Result.fail("NotFound"))
  })

  it("renames to what is free, and not into itself", () => {
    expect(names(Result.getOrThrow(FileTree.rename(tree, ["data", "deep"], ["top"])))).toContain("/top/c.bin")
    expect(FileTree.rename(tree, ["nothing"], ["x"])).toEqual(Result.fail("NotFound"))
    expect(FileTree.rename(tree, ["a.txt"], ["data"])).toEqual(Result.fail("Exists"))
    expect(FileTree.rename(tree, ["a.txt"], ["no", "x"])).toEqual(Result.fail("NotFound"))
    expect(FileTree.rename(tree, ["data"], ["data", "deep", "x"])).toEqual(Result.fail("NotADirectory"))
  })

  it("may hold a file named type", () => {
    expect(sizeAt(FileTree.fromFiles({ d: { type: "text" } }, defaults), ["d", "type"])).toEqual(
      Option.some(4)
    )
  })

  it("has links, which are followed on the way to something, and at its end by those who look for more", () => {
    const linked = FileTree.fromFiles(
      {
        d: { "f.bin": 7, up: { type: "link", target: "../e" }, self: { type: "link", target: "self" } },
        e: { type: "link", target: "/d/./" },
        out: { type: "link", target: "d/../../d" }
      },
      defaults
    )
    const tagAt = (path: FileTree.Path) => Option.map(FileTree.get(linked, path), ({ _tag }) => _tag)
    const foundAt = (path: FileTree.Path) => Option.map(FileTree.find(linked, path), ({ _tag }) => _tag)
    expect(tagAt(["e"])).toEqual(Option.some("Link"))
    expect(foundAt(["e"])).toEqual(Option.some("Directory"))
    expect(tagAt(["e", "up", "up", "f.bin"])).toEqual(Option.some("File"))
    expect(FileTree.realPath(linked, ["e", "up", "new", "x"])).toEqual(Option.some(["d", "new", "x"]))
    for (const path of [["d", "self"], ["out"], ["e", "out"]]) expect(foundAt(path)).toEqual(Option.none())
    expect(FileTree.realPath(linked, ["d", "self"])).toEqual(Option.none())
    expect(FileTree.realPath(linked, ["out"])).toEqual(Option.none())
    const file = FileTree.file(defaults, { size: 1 })
    const put = Result.getOrThrow(FileTree.put(linked, ["e", "new.bin"], file, defaults))
    expect(sizeAt(put, ["d", "new.bin"])).toEqual(Option.some(1))
    expect(FileTree.put(linked, ["out", "x"], file, defaults)).toEqual(Result.fail("NotFound"))
    expect(FileTree.rename(linked, ["d"], ["e", "x"])).toEqual(Result.fail("NotADirectory"))
    expect(FileTree.toFiles(FileTree.fromFiles(FileTree.toFiles(linked), defaults))).toEqual(
      FileTree.toFiles(linked)
    )
  })

  const name = Schema.Literals(["a", "b", "c"])
  const put = Schema.Struct({
    path: Schema.NonEmptyArray(name),
    size: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 }))
  })

  it.prop("gives back whatever was put in, also after it was written down", [Schema.Array(put)], ([puts]) => {
    let directory = FileTree.directory(defaults)
    for (const { path, size } of puts) {
      const result = FileTree.put(directory, path, FileTree.file(defaults, { size }), defaults)
      if (Result.isFailure(result)) continue
      directory = result.success
      expect(sizeAt(directory, path)).toEqual(Option.some(size))
    }
    const again = FileTree.fromFiles(FileTree.toFiles(directory), defaults)
    expect(FileTree.toFiles(again)).toEqual(FileTree.toFiles(directory))
  })
})
