using System.Globalization;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Writing;

/// <summary>The metadata that only the server sets.</summary>
internal static class SystemMetadata
{
    private static readonly string[] s_kept =
    [
        "uid",
        "namespace",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "generateName",
        "resourceVersion",
    ];

    /// <summary>RFC 3339 in UTC with whole seconds, as metav1.Time is written.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static void Start(JsonObject metadata, ResourceType type, DateTimeOffset now)
    {
        foreach (
            var name in new[]
            {
                "selfLink",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "generation",
                "resourceVersion",
            }
        )
        {
            metadata.Remove(name);
        }
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Timestamp(now);
        if (type.Rules.HasGeneration)
        {
            metadata["generation"] = JsonValue.Create(1L);
        }
    }

    /// <summary>Whatever a client sends, these stay as they are.</summary>
    public static void Keep(JsonObject metadata, JsonObject old)
    {
        foreach (var name in s_kept)
        {
            if (old.TryGetPropertyValue(name, out var value))
            {
                metadata[name] = value?.DeepClone();
            }
            else
            {
                metadata.Remove(name);
            }
        }
        metadata.Remove("selfLink");
    }

    /// <summary>True when an object is being deleted and nothing holds it any more.</summary>
    public static bool IsReleased(JsonObject item, ResourceType type)
    {
        var metadata = item.Object("metadata")!;
        return metadata.Text("deletionTimestamp") is not null
            && metadata.Array("finalizers").Texts().Any() is false
            && (
                type.Plural != "namespaces" || item.Object("spec").Array("finalizers").Texts().Any() is false
            );
    }
}
