// The only file that knows libyaml. It drives the event parser (not the loader: nothing is expanded, no tree of
// theirs is built) and hands each event to `YAMLBuilder` as a plain value. The parser lives on the heap for the
// length of one call, since it keeps pointers into itself, and the bytes stay pinned as long.
//
// libyaml counts lines and columns from 0; everything that leaves this file counts from 1.

import CLibYAML

enum YAMLParser {
    /// Reads one document. The bytes must have passed `YAMLText`.
    static func document(_ bytes: [UInt8]) -> YAMLDocument {
        if let fault = YAMLText.fault(in: bytes) { return YAMLDocument(root: nil, faults: [fault]) }
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            return YAMLDocument(root: nil, faults: [YAMLFault(mark: .start, message: "not enough memory")])
        }
        defer { yaml_parser_delete(parser) }
        return bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            return run(parser, over: buffer)
        }
    }

    private static func run(
        _ parser: UnsafeMutablePointer<yaml_parser_t>, over bytes: UnsafeBufferPointer<UInt8>
    ) -> YAMLDocument {
        var builder = YAMLBuilder()
        while !builder.isFinished {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else {
                builder.stop(fault(of: parser, over: bytes))
                break
            }
            defer { yaml_event_delete(&event) }
            builder.take(translate(event), at: mark(event.start_mark))
        }
        return builder.document
    }

    private static func translate(_ event: yaml_event_t) -> YAMLEvent {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            .documentStart
        case YAML_STREAM_END_EVENT:
            .end
        case YAML_ALIAS_EVENT:
            .alias(text(event.data.alias.anchor))
        case YAML_SCALAR_EVENT:
            .scalar(
                text(event.data.scalar.value, event.data.scalar.length),
                isPlain: event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
                properties(event.data.scalar.anchor, event.data.scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            .sequenceStart(properties(event.data.sequence_start.anchor, event.data.sequence_start.tag))
        case YAML_MAPPING_START_EVENT:
            .mappingStart(properties(event.data.mapping_start.anchor, event.data.mapping_start.tag))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            .collectionEnd
        default:
            .other
        }
    }

    private static func properties(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> YAMLEvent.Properties {
        YAMLEvent.Properties(anchor: anchor.map { text($0) }, tag: tag.map { text($0) })
    }

    private static func text(_ start: UnsafeMutablePointer<yaml_char_t>?, _ count: Int? = nil) -> String {
        guard let start else { return "" }
        let length = count ?? strlen(start)
        return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }

    private static func strlen(_ start: UnsafeMutablePointer<yaml_char_t>) -> Int {
        var length = 0
        while start[length] != 0 { length += 1 }
        return length
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    private static func fault(
        of parser: UnsafeMutablePointer<yaml_parser_t>, over bytes: UnsafeBufferPointer<UInt8>
    ) -> YAMLFault {
        let state = parser.pointee
        guard state.error != YAML_MEMORY_ERROR else {
            return YAMLFault(mark: mark(state.mark), message: "not enough memory")
        }
        let place = mark(state.problem_mark)
        let index = Int(clamping: state.problem_mark.index)
        let words = YAMLComplaint(
            problem: state.problem.map { String(cString: $0) } ?? "cannot be read as YAML",
            context: state.context.map { String(cString: $0) },
            began: state.context == nil ? nil : mark(state.context_mark),
            byte: YAMLComplaint.byte(atCharacter: index, of: bytes))
        return YAMLFault(mark: place, message: words.message)
    }
}
