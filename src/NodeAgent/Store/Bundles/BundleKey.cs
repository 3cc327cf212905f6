using System.Security.Cryptography;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>A key that signs bundles, or its public half that proves them: ECDSA on P-256 with SHA-256, in PEM files.</summary>
public sealed class BundleKey : IDisposable
{
    private const int CurveBits = 256;
    private const string CurveOid = "1.2.840.10045.3.1.7";
    private readonly ECDsa _key;

    private BundleKey(ECDsa key)
    {
        _key = key;
        Id =
            "SHA256:"
            + Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())).TrimEnd('=');
    }

    /// <summary>Fingerprint of the public half, such as <c>SHA256:1Jq…</c>.</summary>
    public string Id { get; }

    /// <summary>The public half in PEM.</summary>
    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <summary>A new key.</summary>
    public static BundleKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private or public key.</summary>
    /// <exception cref="StoreException">The file has no such key.</exception>
    public static BundleKey Read(string file)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            if (key.KeySize == CurveBits && parameters.Curve.Oid.Value is null or CurveOid)
            {
                return new BundleKey(key);
            }
        }
        catch (Exception error)
            when (error
                    is ArgumentException
                        or CryptographicException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            key.Dispose();
            throw new StoreException(
                $"The file {file} holds no key of llmop store keygen ({error.Message}).",
                error
            );
        }

        key.Dispose();
        throw new StoreException(
            $"The key in {file} is not one on the curve P-256; make one with llmop store keygen."
        );
    }

    /// <summary>The private key in PEM: whoever has it can sign.</summary>
    public string ExportPrivatePem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <exception cref="StoreException">It is a public key.</exception>
    internal byte[] Sign(ReadOnlySpan<byte> content)
    {
        try
        {
            return _key.SignData(content, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException error)
        {
            throw new StoreException(
                $"The key {Id} cannot sign: give the private key (the file without .pub).",
                error
            );
        }
    }

    internal bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(content, signature, HashAlgorithmName.SHA256);
}
