using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>What this node can give to peers. Thread-safe.</summary>
internal interface IPeerBlobs
{
    /// <summary>Opens a file that is stored or being pulled; null when it is neither.</summary>
    IPeerBlob? Open(ModelDigest digest);
}
