// From events to nodes, on a stack of its own and within bounds: neither depth nor number of nodes depends on the
// file.
//
// Refused, each with its place, because a configuration needs none of it and each has hurt somebody: aliases and
// anchors (they explode), tags (they change what a value means), keys that are lists or mappings, a second document.

/// What libyaml found, without its types.
enum YAMLEvent: Sendable, Equatable {
    struct Properties: Sendable, Equatable {
        var anchor: String?
        var tag: String?
    }

    case documentStart
    case scalar(String, isPlain: Bool, Properties)
    case sequenceStart(Properties)
    case mappingStart(Properties)
    case collectionEnd
    case alias(String)
    case end
    case other
}

struct YAMLBuilder {
    static let maximumDepth = 16
    static let maximumNodes = 10_000

    private struct Frame {
        var node: YAMLNode
        /// In a mapping: the key whose value comes next.
        var key: Key?
    }

    private enum Key {
        case text(String, YAMLMark)
        case refused
    }

    private var stack: [Frame] = []
    private var root: YAMLNode?
    private var faults: [YAMLFault] = []
    private var nodes = 0
    private var documents = 0
    private(set) var isFinished = false

    var document: YAMLDocument { YAMLDocument(root: root, faults: faults) }

    mutating func stop(_ fault: YAMLFault) {
        faults.append(fault)
        isFinished = true
        root = nil
    }

    mutating func take(_ event: YAMLEvent, at mark: YAMLMark) {
        switch event {
        case .documentStart:
            documents += 1
            guard documents > 1 else { return }
            faults.append(YAMLFault(mark: mark, message: "a second document begins here; only one is read"))
            isFinished = true
        case .scalar(let text, let isPlain, let properties):
            check(properties, at: mark)
            place(YAMLNode(mark: mark, content: .scalar(text, isPlain: isPlain)))
        case .alias(let name):
            refuse("'*\(Shown.text(name))': aliases are not read here; write the value out", at: mark)
            place(YAMLNode(mark: mark, content: .refused))
        case .sequenceStart(let properties):
            check(properties, at: mark)
            open(YAMLNode(mark: mark, content: .sequence([])))
        case .mappingStart(let properties):
            check(properties, at: mark)
            open(YAMLNode(mark: mark, content: .mapping([])))
        case .collectionEnd:
            guard let frame = stack.popLast() else { return }
            place(frame.node)
        case .end:
            isFinished = true
        case .other:
            break
        }
    }

    private mutating func refuse(_ message: String, at mark: YAMLMark) {
        faults.append(YAMLFault(mark: mark, message: message))
    }

    private mutating func check(_ properties: YAMLEvent.Properties, at mark: YAMLMark) {
        if let anchor = properties.anchor {
            refuse("'&\(Shown.text(anchor))': anchors are not read here; write the value out", at: mark)
        }
        if let tag = properties.tag {
            refuse("the tag '\(Shown.tag(tag))' is not understood; write the value without it", at: mark)
        }
    }

    private mutating func open(_ node: YAMLNode) {
        guard stack.count < Self.maximumDepth else {
            return stop(YAMLFault(mark: node.mark, message: "nested more than \(Self.maximumDepth) levels deep"))
        }
        stack.append(Frame(node: node, key: nil))
    }

    private mutating func place(_ node: YAMLNode) {
        nodes += 1
        guard nodes <= Self.maximumNodes else {
            return stop(YAMLFault(mark: node.mark, message: "more than \(Self.maximumNodes) values"))
        }
        guard var frame = stack.popLast() else {
            root = root ?? node
            return
        }
        put(node, into: &frame)
        stack.append(frame)
    }

    private mutating func put(_ node: YAMLNode, into frame: inout Frame) {
        switch frame.node.content {
        case .sequence(var items):
            frame.node.content = .refused  // Lets go of the storage, so that appending does not copy.
            items.append(node)
            frame.node.content = .sequence(items)
        case .mapping(var pairs):
            guard let key = frame.key else {
                frame.key = asKey(node)
                return
            }
            frame.key = nil
            guard case .text(let name, let mark) = key else { return }
            frame.node.content = .refused
            pairs.append(YAMLPair(key: name, keyMark: mark, value: node))
            frame.node.content = .mapping(pairs)
        case .scalar, .refused:
            break
        }
    }

    private mutating func asKey(_ node: YAMLNode) -> Key {
        switch node.content {
        case .scalar(let text, _):
            return .text(text, node.mark)
        case .sequence, .mapping:
            refuse("a key must be text, not \(node.noun)", at: node.mark)
            return .refused
        case .refused:
            return .refused
        }
    }
}
