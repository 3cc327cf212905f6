using System.Runtime.InteropServices;

namespace LlmOperator.Kubernetes.Metrics;

/// <summary>
/// What kind of request a URI is, in the words of Kubernetes' own audit: never a name or a namespace, so that the
/// number of series stays small.
/// </summary>
/// <param name="Verb"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>.</param>
/// <param name="Resource">Plural, with the subresource after a slash: <c>llmmodels/status</c>. <c>other</c> outside of the resources.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequestShape(string Verb, string Resource)
{
    private const string Other = "other";

    /// <summary>The shape of a request.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path below the server's root, without a query: <c>apis/GROUP/VERSION/…</c>.</param>
    /// <param name="isWatch">Whether the query asks for a watch.</param>
    public static RequestShape Of(HttpMethod method, string path, bool isWatch)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int at = parts switch
        {
            ["api", _, _, ..] => 2,
            ["apis", _, _, _, ..] => 3,
            _ => -1,
        };
        if (at < 0)
        {
            return new RequestShape(VerbOf(method, hasName: true, isWatch: false), Other);
        }

        // namespaces/NAME is the namespace itself; something behind it is in the namespace.
        if (parts[at] == "namespaces" && parts.Length > at + 2)
        {
            at += 2;
        }

        bool hasName = parts.Length > at + 1;
        string resource = parts.Length > at + 2 ? $"{parts[at]}/{parts[at + 2]}" : parts[at];
        return new RequestShape(VerbOf(method, hasName, isWatch), resource);
    }

    private static string VerbOf(HttpMethod method, bool hasName, bool isWatch) =>
        method.Method switch
        {
            "GET" when isWatch => "watch",
            "GET" => hasName ? "get" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => hasName ? "delete" : "deletecollection",
            _ => Other,
        };
}
