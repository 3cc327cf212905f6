namespace LlmOperator.ApiServer.Requests;

/// <summary>
/// What a path names: <c>/apis/{group}/{version}[/namespaces/{namespace}]/{plural}[/{name}[/{subresource}]]</c>,
/// with <c>/api/v1</c> for the core group.
/// </summary>
internal sealed record ApiPath(
    string Group,
    string Version,
    string Namespace,
    string Plural,
    string Name,
    string Subresource
)
{
    /// <summary>Null when the path is of another form.</summary>
    public static ApiPath? Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        if (parts.Any(p => p.Length == 0))
        {
            return null;
        }
        return parts switch
        {
            ["api", var version, .. var rest] => ParseRest("", version, rest),
            ["apis", var group, var version, .. var rest] => ParseRest(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? ParseRest(string group, string version, string[] rest) =>
        rest switch
        {
            ["namespaces", var name, "status" or "finalize"] when group.Length == 0 => new(
                group,
                version,
                "",
                "namespaces",
                name,
                rest[2]
            ),
            ["namespaces", var space, var plural] => new(group, version, space, plural, "", ""),
            ["namespaces", var space, var plural, var name] => new(group, version, space, plural, name, ""),
            ["namespaces", var space, var plural, var name, var sub] => new(
                group,
                version,
                space,
                plural,
                name,
                sub
            ),
            [var plural] => new(group, version, "", plural, "", ""),
            [var plural, var name] => new(group, version, "", plural, name, ""),
            [var plural, var name, var sub] => new(group, version, "", plural, name, sub),
            _ => null,
        };
}
