// What a stage lets others see while it works: metrics, progress on a terminal and the watchdog all watch this one place, and
// none of them can hold the stage up.

package enum StageEvent: Sendable {
    /// A pass begins.
    case began
    /// So far in this pass; `listed` and `fresh` grow first.
    case progressed(PassReport)
    case ended(PassReport)
    /// A trigger came, but the stage still waits.
    case waits
}

/// Sees all events of all stages; called from many tasks.
package typealias StageObserver = @Sendable (StageName, StageEvent) -> Void
