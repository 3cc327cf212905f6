using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A class of data, how it is found in a request, and whether it may leave.</summary>
[CelRule(
    "self.name in ['Secret', 'PersonalData', 'Unreadable'] || (has(self.keywords) && size(self.keywords) > 0) || (has(self.patterns) && size(self.patterns) > 0)",
    "list keywords or patterns: only Secret, PersonalData and Unreadable are found without"
)]
public sealed record DataClassRule
{
    /// <summary>Name: <c>Secret</c>, <c>PersonalData</c> and <c>Unreadable</c> are found by the router itself; any other needs keywords or patterns.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$")]
    [MaxLength(63)]
    public string Name { get; init; } = "";

    /// <summary>Words or phrases, whatever the case; one that occurs anywhere in the request's texts puts it into the class.</summary>
    [ListSet]
    [MaxLength(256)]
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Regular expressions (without look-around and back-references); one that matches anywhere in the request's texts puts it into the class.</summary>
    [ListSet]
    [MaxLength(32)]
    public IReadOnlyList<string>? Patterns { get; init; }

    /// <summary>Whether such text may go to a provider.</summary>
    [DefaultValue(DataLeaving.Forbidden)]
    public DataLeaving Leaving { get; init; } = DataLeaving.Forbidden;
}
