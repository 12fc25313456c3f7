using ThunderStack.Webhooks.EndToEnd.Deployment;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Documents;

/// <summary>The public host's workflows, which run there alone, name what there is here.</summary>
public sealed class WorkflowTests
{
    private static readonly string Folder = Path.Combine(BuiltProgram.Repository, ".github", "workflows");

    [Fact]
    public void Changes_have_to_pass_what_they_have_to_pass_here()
    {
        var workflow = Load("ci.yml");

        workflow["on"].Members.Keys.Should().BeEquivalentTo("push", "pull_request");
        CommandsOf(workflow["jobs"]["test"]).Should().ContainSingle().Which.Should().EndWith(" .ci/run");
        File.Exists(Path.Combine(BuiltProgram.Repository, ".ci", "run")).Should().BeTrue();
    }

    [Fact]
    public void A_tag_packs_and_then_publishes_what_was_packed()
    {
        var workflow = Load("publish.yml");

        workflow["on"]["push"].Members.Keys.Should().Equal("tags");
        CommandsOf(workflow["jobs"]["packages"]).Should().SatisfyRespectively(
            pack => pack.Should().StartWith("dotnet pack -c Release").And.EndWith("-o artifacts/packages"),
            push => push.Should().Contain("\"artifacts/packages/*.nupkg\"").And.Contain("$API_KEY"));
    }

    [Fact]
    public void Every_workflow_may_only_read_ends_in_time_and_names_versions()
    {
        foreach (var workflow in Directory.GetFiles(Folder).Select(file => Load(Path.GetFileName(file))))
        {
            workflow["permissions"].ToTexts().Should().Equal(new Dictionary<string, string> { ["contents"] = "read" });
            foreach (var job in workflow["jobs"].Members.Values)
            {
                int.Parse(job["timeout-minutes"].Text).Should().BeInRange(1, 60);
                job["steps"].Items.Where(step => step.Has("uses")).Select(step => step["uses"].Text).Should().OnlyContain(action => action.Contains("@v"));
                job["steps"].Items.Where(step => step.Has("with")).Select(step => step["with"]["global-json-file"].Text)
                    .Should().OnlyContain(file => File.Exists(Path.Combine(BuiltProgram.Repository, file)));
            }
        }
    }

    private static Yaml Load(string name) => Yaml.Load(Path.Combine(Folder, name)).Single();

    private static IEnumerable<string> CommandsOf(Yaml job) => job["steps"].Items.Where(step => step.Has("run")).Select(step => step["run"].Text);
}
