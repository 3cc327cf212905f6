namespace LlmOperator.Router.Forwarding;

/// <summary>Hands out the events of a stream, each whole.</summary>
internal interface IFrameReader : IDisposable
{
    /// <summary>True when another whole event is here already.</summary>
    bool HasBufferedFrame { get; }

    /// <summary>The next event with its closing blank line, valid until the next call; null at the end of the stream.</summary>
    /// <exception cref="IOException">The connection broke, or an event is too long.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken);
}
