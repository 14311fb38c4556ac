-- A facility that moves takes its names to the part of its new place. The twin is in postgresql/moved.sql.
CREATE TRIGGER facility_name_sorted_moved BEFORE UPDATE OF place_id ON facility
WHEN NEW.place_id IS NOT OLD.place_id
BEGIN
    DELETE FROM facility_name_sorted WHERE (part, way, text, name_id) IN (
        SELECT {part}, 'name', lower(n.name), n.id FROM facility_name n WHERE n.facility_id = OLD.id
        UNION ALL SELECT {part}, 'key', n.folded, n.id FROM facility_name n WHERE n.facility_id = OLD.id);
END
--;
CREATE TRIGGER facility_name_sorted_there AFTER UPDATE OF place_id ON facility
WHEN NEW.place_id IS NOT OLD.place_id
BEGIN
    INSERT INTO facility_name_sorted
    SELECT {part}, 'name', lower(n.name), n.id FROM facility_name n WHERE n.facility_id = NEW.id
    UNION ALL SELECT {part}, 'key', n.folded, n.id FROM facility_name n WHERE n.facility_id = NEW.id;
END
