// What a reader finds, one thing at a time.

/// One step through a value. A name is followed by the events of its value.
package enum JSONEvent: Sendable, Equatable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    case name(String)
    case string(String)
    /// The number exactly as it is written.
    case number(String)
    case bool(Bool)
    case null
}
