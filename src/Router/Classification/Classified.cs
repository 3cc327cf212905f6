using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification;

/// <summary>What was found in a request, without the texts themselves.</summary>
/// <param name="Classes">Data classes of the request, each with what it was found by, for example <c>github-token</c>; never content.</param>
/// <param name="Leaving">Whether the request may leave.</param>
internal sealed record Classified(IReadOnlyList<ClassFound> Classes, DataLeaving Leaving)
{
    /// <summary>Nothing was found, or nothing was looked for.</summary>
    public static Classified None { get; } = new([], DataLeaving.Allowed);

    /// <summary>True when the request belongs to the class.</summary>
    public bool Has(string name) => Classes.Any(c => Same(c.Name, name));

    /// <summary>For messages: the classes that may not leave, with their kinds.</summary>
    public string WhatMayNotLeave() =>
        string.Join(", ", Classes.Where(c => c.Leaving == DataLeaving.Forbidden).Select(c => c.ToString()));

    /// <summary>Names of classes are the same whatever their case: a header must not miss one for a letter.</summary>
    public static bool Same(string left, string right) =>
        left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
