using LlmOperator.ApiServer.Schemas;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Resources;

/// <summary>One kind in one version, as it is served.</summary>
internal sealed class ResourceType
{
    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public required string Kind { get; init; }
    public required string ListKind { get; init; }
    public required bool Namespaced { get; init; }
    public required bool HasStatus { get; init; }
    public required Schema Schema { get; init; }

    /// <summary>Where the objects are stored, which all versions share.</summary>
    public required GroupResource Storage { get; init; }

    /// <summary>The <c>apiVersion</c> that stored objects carry.</summary>
    public required string StorageApiVersion { get; init; }
    public required IResourceRules Rules { get; init; }
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];
    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>Dotted paths that field selectors may use, beside <c>metadata.name</c> and <c>metadata.namespace</c>.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];
    public ScalePaths? Scale { get; init; }

    /// <summary>True for kinds that a CustomResourceDefinition declares.</summary>
    public bool IsCustom { get; init; }

    /// <summary>The file that defines a built-in kind.</summary>
    public string? Definition { get; init; }

    /// <summary>Shown to those who use this version.</summary>
    public string? DeprecationWarning { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
