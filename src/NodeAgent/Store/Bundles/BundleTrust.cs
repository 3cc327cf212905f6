namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>Which bundles are taken.</summary>
/// <param name="Keys">Public keys whose signature is trusted.</param>
/// <param name="AllowUnsigned">Also takes bundles without a signature, or with that of an unknown key. Default false.</param>
public sealed record BundleTrust(IReadOnlyList<BundleKey> Keys, bool AllowUnsigned = false)
{
    /// <summary>Refuses what is not trusted.</summary>
    /// <param name="index">Signed bytes.</param>
    /// <param name="signature">Signature; null when there is none.</param>
    /// <returns>Fingerprint of the key that signed; null when nobody we know did.</returns>
    /// <exception cref="StoreException">The bundle is not trusted, or was changed after it was signed.</exception>
    internal string? Require(byte[] index, BundleSignature? signature)
    {
        if (signature is not null && Keys.FirstOrDefault(key => key.Id == signature.KeyId) is { } known)
        {
            return known.Verify(index, signature.Signature)
                ? known.Id
                : throw new StoreException(
                    $"The bundle was changed after it was signed: the signature of {known.Id} does not hold."
                );
        }

        if (AllowUnsigned)
        {
            return null;
        }

        throw new StoreException(
            signature is null
                ? "The bundle is not signed; have it signed (llmop store export --key), or take it with --allow-unsigned."
                : $"The bundle is signed by {Shown(signature.KeyId)}, which is not trusted here; name its public key with --trust, or take it with --allow-unsigned."
        );
    }

    private static string Shown(string id) => TarHeader.Shown(id);
}
