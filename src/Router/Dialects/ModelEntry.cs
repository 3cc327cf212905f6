using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Dialects;

/// <summary>A name that clients may send as <c>model</c>.</summary>
/// <param name="Id">The name.</param>
/// <param name="Created">When the object behind it was created.</param>
/// <param name="Owner"><c>local</c>, <c>role</c> or <c>policy</c>.</param>
internal sealed record ModelEntry(string Id, DateTimeOffset Created, string Owner)
{
    /// <summary>The local model that has the name; null for roles and policies.</summary>
    public LocalModel? Model { get; init; }
}
