using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>The content of an open range; closes its connection with it.</summary>
internal sealed class RangeStream(RangeResponse response) : ForwardStream
{
    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => response.Content.ReadAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await response.DisposeAsync();
        await base.DisposeAsync();
    }
}
