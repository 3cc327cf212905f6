using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification.Personal;
using LlmOperator.Router.Classification.Secrets;

namespace LlmOperator.Router.Classification;

/// <summary>
/// Finds what belongs to data classes in a text. Pure, and linear in the text: every scanner walks over it once and looks
/// at a bounded number of characters at each place.
/// </summary>
internal static class TextClassifier
{
    /// <summary>All findings; they may overlap, and one place may belong to several classes.</summary>
    public static List<Finding> Scan(string text, IReadOnlyList<CompiledDataClass> classes)
    {
        List<Finding> findings = [];
        foreach (CompiledDataClass dataClass in classes)
        {
            ScanBuiltIn(text, dataClass.Rule.Name, findings);
            dataClass.Scan(text, findings);
        }

        return findings;
    }

    /// <summary>Findings joined where they overlap: a part that two classes claim is one part, with the name of the first.</summary>
    public static List<Finding> Merge(List<Finding> findings)
    {
        findings.Sort(
            (left, right) =>
                left.Start != right.Start
                    ? left.Start.CompareTo(right.Start)
                    : right.Length.CompareTo(left.Length)
        );
        List<Finding> merged = [];
        foreach (Finding finding in findings)
        {
            if (merged.Count > 0 && finding.Start < merged[^1].End)
            {
                int end = Math.Max(merged[^1].End, finding.End);
                merged[^1] = merged[^1] with { Length = end - merged[^1].Start };
            }
            else
            {
                merged.Add(finding);
            }
        }

        return merged;
    }

    private static void ScanBuiltIn(string text, string name, List<Finding> findings)
    {
        switch (name)
        {
            case DataClasses.Secret:
                SecretFormatScanner.Scan(text, findings);
                SecretStructureScanner.Scan(text, findings);
                AssignmentScanner.Scan(text, findings);
                EntropyScanner.Scan(text, findings);
                break;
            case DataClasses.PersonalData:
                IbanScanner.Scan(text, findings);
                NumberScanner.Scan(text, findings);
                EmailScanner.Scan(text, findings);
                break;
        }
    }
}
