using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// A signature over a bundle's index:
/// <code>{"algorithm":"ecdsa-p256-sha256","keyId":"SHA256:1Jq…","signature":"MEUCIQ…"}</code>
/// </summary>
internal sealed record BundleSignature(string KeyId, byte[] Signature)
{
    private const string Algorithm = "ecdsa-p256-sha256";

    public static BundleSignature Of(BundleKey key, byte[] index) => new(key.Id, key.Sign(index));

    public byte[] Write() =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["algorithm"] = Algorithm,
                ["keyId"] = KeyId,
                ["signature"] = Convert.ToBase64String(Signature),
            }.ToJsonString()
        );

    /// <exception cref="StoreException">It is no signature that we know.</exception>
    public static BundleSignature Parse(byte[] content)
    {
        try
        {
            JsonNode? json = JsonNode.Parse(content);
            if ((string?)json?["algorithm"] != Algorithm)
            {
                throw new FormatException($"its algorithm is not {Algorithm}");
            }

            return new BundleSignature(
                (string?)json["keyId"] ?? throw new FormatException("it names no key"),
                Convert.FromBase64String((string?)json["signature"] ?? "")
            );
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new StoreException($"The bundle's signature cannot be read: {error.Message}.", error);
        }
    }
}
