using System.Globalization;
using System.Text;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Client;

/// <summary>Relative URIs of the calls.</summary>
internal static class RequestUris
{
    public static Uri Of(
        ResourceDefinition resource,
        ObjectKey key,
        string? subresource = null,
        params ReadOnlySpan<(string Name, string? Value)> query
    )
    {
        if (resource.Scope == ResourceScope.Namespaced && key.Namespace is null)
        {
            throw new ArgumentException($"{resource.Kind} {key.Name} needs a namespace.", nameof(key));
        }

        return Build(resource.PathOf(key.Namespace, key.Name, subresource), query);
    }

    public static Uri OfCollection(
        ResourceDefinition resource,
        string? @namespace,
        params ReadOnlySpan<(string Name, string? Value)> query
    ) => Build(resource.PathOf(@namespace), query);

    public static Uri OfList(ResourceDefinition resource, ListOptions options) =>
        OfCollection(
            resource,
            options.Namespace,
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("limit", options.Limit?.ToString(CultureInfo.InvariantCulture)),
            ("continue", options.Continue),
            // The token holds the version; the server refuses both (C11).
            ("resourceVersion", string.IsNullOrEmpty(options.Continue) ? options.ResourceVersion : null),
            (
                "resourceVersionMatch",
                string.IsNullOrEmpty(options.Continue) ? options.ResourceVersionMatch : null
            )
        );

    public static Uri OfWatch(ResourceDefinition resource, WatchOptions options) =>
        OfCollection(
            resource,
            options.Namespace,
            ("watch", "true"),
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("resourceVersion", options.ResourceVersion),
            ("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null),
            ("allowWatchBookmarks", options.AllowBookmarks ? "true" : null),
            ("sendInitialEvents", options.SendInitialEvents ? "true" : null),
            (
                "timeoutSeconds",
                options.Timeout is { } timeout
                    ? ((long)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)
                    : null
            )
        );

    private static Uri Build(string path, ReadOnlySpan<(string Name, string? Value)> query)
    {
        StringBuilder text = new(path);
        char separator = '?';
        foreach ((string name, string? value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return new Uri(text.ToString(), UriKind.Relative);
    }
}
