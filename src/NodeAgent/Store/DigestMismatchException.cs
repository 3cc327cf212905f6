using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Bytes do not have the digest that they should.</summary>
internal sealed class DigestMismatchException : Exception
{
    public DigestMismatchException(string subject, ModelDigest expected, ModelDigest actual)
        : base(
            $"The bytes of {subject} have the digest {actual} and not {expected}; they are damaged or were replaced: correct the digest, or the source."
        ) { }
}
